/**
 * Moves vehicles along straight lanes: each keeps its distance to the one ahead and stops when its lane is told to.
 */
import type { Vehicle } from './actors.ts';
import type { Chance } from './chance.ts';
import { paintVehicle } from './looks.ts';
import { vehicleLengthM } from './vehicle-plans.ts';
import type { Spot } from './view.ts';

export interface Lane {
  readonly from: Spot;
  /** Unit vector of the way it goes */
  readonly heading: Spot;
  readonly lengthM: number;
  /** Where vehicles halt while the lane is stopped, metres from its start */
  readonly haltAtM: number;
  /** Whether trucks and buses use it */
  readonly isForHeavy: boolean;
}

export interface TrafficOptions {
  /** Vehicles that are there at the same time, about */
  readonly vehicles: number;
  readonly lanes: readonly Lane[];
  readonly chance: Chance;
  nextId(): number;
}

export interface Traffic {
  readonly vehicles: readonly Vehicle[];
  step(seconds: number): void;
}

const gapM = 2.6;
const gapSeconds = 1.1;
const hardestBrake = 4.5;
const acceleration = 2.2;

/** Vehicles of one scene. */
export function createTraffic(options: TrafficOptions): Traffic {
  const { chance, lanes } = options;
  let vehicles: Vehicle[] = [];
  let untilNext = 0;
  const halts = lanes.map(() => ({ untilChange: chance.between(12, 40), isHalted: false }));

  function arrive(): void {
    const lane = chance.int(lanes.length);
    const plan = lanes[lane];
    if (!plan) return;
    const look = paintVehicle(chance, plan.isForHeavy);
    const last = lastOf(lane);
    const length = vehicleLengthM(look.kind);
    if (last && last.along - vehicleLengthM(last.look.kind) / 2 < length / 2 + 7) return;
    const pace = chance.between(6, 10.5);
    vehicles.push({
      id: options.nextId(),
      label: 'vehicle',
      look,
      lane,
      pace,
      along: 0,
      x: plan.from.x,
      z: plan.from.z,
      headingX: plan.heading.x,
      headingZ: plan.heading.z,
      speed: last ? Math.min(pace, last.speed) : pace,
      gone: 0,
    });
  }

  function lastOf(lane: number): Vehicle | undefined {
    return vehicles.filter((v) => v.lane === lane).sort((a, b) => a.along - b.along)[0];
  }

  function changeLights(seconds: number): void {
    for (const halt of halts) {
      halt.untilChange -= seconds;
      if (halt.untilChange > 0) continue;
      halt.isHalted = !halt.isHalted;
      halt.untilChange = halt.isHalted ? chance.between(2, 6) : chance.between(18, 50);
    }
  }

  /** Free metres ahead of a vehicle, and how fast what is there moves. */
  function ahead(vehicle: Vehicle): { metres: number; speed: number } {
    const half = vehicleLengthM(vehicle.look.kind) / 2;
    let metres = Infinity;
    let speed = 0;
    for (const other of vehicles) {
      if (other.lane !== vehicle.lane || other.along <= vehicle.along) continue;
      const free = other.along - vehicleLengthM(other.look.kind) / 2 - vehicle.along - half;
      if (free < metres) ({ metres, speed } = { metres: free, speed: other.speed });
    }
    const toHalt = (lanes[vehicle.lane]?.haltAtM ?? 0) - vehicle.along;
    const needed = (vehicle.speed * vehicle.speed) / (2 * hardestBrake);
    const mustHalt = halts[vehicle.lane]?.isHalted === true && toHalt > Math.max(0, needed - 0.5);
    if (mustHalt && toHalt + gapM < metres)
      ({ metres, speed } = { metres: toHalt + gapM, speed: 0 });
    return { metres, speed };
  }

  return {
    get vehicles() {
      return vehicles;
    },
    step(seconds) {
      changeLights(seconds);
      untilNext -= seconds;
      if (untilNext <= 0 && vehicles.length < options.vehicles) {
        arrive();
        untilNext = chance.between(0.3, 6 / (options.vehicles + 1));
      }
      for (const vehicle of vehicles) drive(vehicle, ahead(vehicle), seconds);
      for (const vehicle of vehicles) {
        const lane = lanes[vehicle.lane];
        if (!lane) continue;
        vehicle.x = lane.from.x + lane.heading.x * vehicle.along;
        vehicle.z = lane.from.z + lane.heading.z * vehicle.along;
      }
      vehicles = vehicles.filter((v) => v.along < (lanes[v.lane]?.lengthM ?? 0));
    },
  };
}

/** The intelligent driver model (Treiber 2000), with its powers written out as products. */
function drive(vehicle: Vehicle, ahead: { metres: number; speed: number }, seconds: number): void {
  const share = vehicle.speed / vehicle.pace;
  const wanted =
    gapM +
    Math.max(0, vehicle.speed * gapSeconds + (vehicle.speed * (vehicle.speed - ahead.speed)) / 6);
  const nearness = wanted / Math.max(0.3, ahead.metres);
  const change = acceleration * (1 - share * share * share * share - nearness * nearness);
  const limited = Math.max(-2 * hardestBrake, change);
  vehicle.speed = Math.max(0, vehicle.speed + limited * seconds);
  vehicle.along += vehicle.speed * seconds;
  vehicle.gone += vehicle.speed * seconds;
}
