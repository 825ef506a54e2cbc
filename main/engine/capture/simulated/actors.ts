/**
 * What moves in a scene: where it is, where it heads, how it looks. Plain state, moved by the crowd and the traffic.
 */
import type { Label } from '#contract/detection.ts';
import type { Colour } from './shapes.ts';
import type { Spot } from './view.ts';

export interface PersonLook {
  readonly heightM: number;
  /** Width of shoulders and limbs against the usual */
  readonly build: number;
  readonly skin: Colour;
  readonly hair: Colour;
  readonly top: Colour;
  readonly bottom: Colour;
  readonly shoes: Colour;
  readonly hasSkirt: boolean;
  readonly hasCoat: boolean;
  readonly hasHat: boolean;
  readonly bag: 'none' | 'backpack' | 'handbag';
  readonly bagColour: Colour;
}

export type VehicleKind = 'hatchback' | 'saloon' | 'van' | 'truck' | 'bus';

export interface VehicleLook {
  readonly kind: VehicleKind;
  readonly paint: Colour;
  readonly trim: Colour;
}

interface Body {
  /** Number of this one within the scene, never used again */
  readonly id: number;
  readonly label: Label;
  x: number;
  z: number;
  /** Unit vector of where it faces */
  headingX: number;
  headingZ: number;
  /** Metres per second */
  speed: number;
  /** Metres gone since it came, for the gait and the wheels */
  gone: number;
}

export interface Person extends Body {
  readonly label: 'person';
  readonly look: PersonLook;
  /** Its usual pace, metres per second */
  readonly pace: number;
  /** Those who walk together share a number */
  readonly group: number;
  /** Where it still goes, first first */
  way: Stop[];
  /** Seconds it still stands where it is */
  waits: number;
}

export interface Vehicle extends Body {
  readonly label: 'vehicle';
  readonly look: VehicleLook;
  readonly lane: number;
  readonly pace: number;
  /** Metres from the start of its lane */
  along: number;
}

export type Actor = Person | Vehicle;

/** A place on somebody's way, and how long it stays there. */
export interface Stop extends Spot {
  readonly waitSeconds: number;
}
