/**
 * What a scene is made of: its eye, its backdrop, its ways, and the lines that are worth counting there.
 */
import type { Label } from '#contract/detection.ts';
import type { Point } from '#contract/geometry.ts';
import type { Person, Vehicle } from './actors.ts';
import type { BackdropPaint } from './backdrop.ts';
import type { Route } from './crowd.ts';
import type { Chance } from './chance.ts';
import type { Light } from './light.ts';
import type { Shape } from './shapes.ts';
import type { Lane } from './traffic.ts';
import type { Spot, View, ViewOptions } from './view.ts';

/** A thing that stands still and may hide people. */
export interface Prop {
  readonly spot: Spot;
  shapes(view: View, light: Light): Shape[];
}

/** A line that suits the scene, for a demonstration and for measurements. */
export interface SuggestedLine {
  readonly name: string;
  readonly points: readonly [Point, Point];
  readonly labels: readonly Label[];
}

export interface Stage {
  readonly view: ViewOptions;
  readonly lines: readonly SuggestedLine[];
  readonly lanes: readonly Lane[];
  readonly props: readonly Prop[];
  drawRoute(chance: Chance, view: View): Route;
  paint(light: Light): BackdropPaint;
  /** Scenery in front of the wall that nobody ever walks behind */
  scenery(view: View, light: Light): Shape[];
  /** Light of lamps on somebody who stands here, 0…1 */
  lampAt(spot: Spot, light: Light): number;
  /** What is drawn later hides what was drawn before: the nearer, the larger */
  nearness(actor: Person | Vehicle | Prop, view: View): number;
}
