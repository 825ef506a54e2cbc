/**
 * Moves people: each group has a way to go, keeps clear of others, stops at times, and sometimes turns back.
 */
import type { Person, Stop } from './actors.ts';
import type { Chance } from './chance.ts';
import { dressPerson } from './looks.ts';
import type { Spot } from './view.ts';

/** A way that a scene offers: where one comes in, and where one leaves. */
export interface Route {
  readonly from: Spot;
  readonly to: Spot;
  /** A place on the way where one may stop or turn back, such as on a line */
  readonly linger: Spot;
}

export interface CrowdOptions {
  /** People that are there at the same time, about */
  readonly people: number;
  readonly chance: Chance;
  drawRoute(chance: Chance): Route;
  /** Ids for new ones */
  nextId(): number;
}

export interface Crowd {
  readonly people: readonly Person[];
  /** Moves everybody on by `seconds`, at most 0.1. */
  step(seconds: number): void;
}

const personalM = 0.95;
const groupPersonalM = 0.55;
/** Seconds in which a change of direction is taken up. */
const turnSeconds = 0.35;

/** People of one scene. */
export function createCrowd(options: CrowdOptions): Crowd {
  const { chance } = options;
  let people: Person[] = [];
  let groups = 0;
  let untilNext = 0;

  function arrive(): void {
    const draw = chance.next();
    const size = draw < 0.58 ? 1 : draw < 0.86 ? 2 : draw < 0.96 ? 3 : 4;
    const route = options.drawRoute(chance);
    const fate = chance.next();
    const waits = fate < 0.16 ? chance.between(1.5, 6) : 0;
    const isTurning = fate > 0.92;
    const pace = chance.is(0.05) ? chance.between(1.9, 2.5) : chance.between(0.85, 1.55);
    const ahead = direction(route.from, route.to);
    const group = groups++;

    for (let i = 0; i < size; i++) {
      // Side by side and a little behind each other, so that a group is not one body to the eye.
      const aside = (i % 2 === 0 ? 1 : -1) * Math.ceil(i / 2) * chance.between(0.62, 0.85);
      const back = i * chance.between(0.5, 0.85);
      const moved = (spot: Spot): Spot => ({
        x: spot.x - ahead.z * aside - ahead.x * back,
        z: spot.z + ahead.x * aside - ahead.z * back,
      });
      const linger: Stop = { ...moved(route.linger), waitSeconds: waits };
      const to: Stop = { ...moved(isTurning ? route.from : route.to), waitSeconds: 0 };
      const from = moved(route.from);
      people.push({
        id: options.nextId(),
        label: 'person',
        look: dressPerson(chance),
        pace: size > 1 ? pace * 0.92 : pace,
        group,
        way: [linger, to],
        waits: 0,
        x: from.x,
        z: from.z,
        headingX: ahead.x,
        headingZ: ahead.z,
        speed: pace,
        gone: chance.between(0, 2),
      });
    }
  }

  return {
    get people() {
      return people;
    },
    step(seconds) {
      untilNext -= seconds;
      if (untilNext <= 0 && people.length < options.people) {
        arrive();
        untilNext = chance.between(0.25, 9 / (options.people + 3));
      }
      for (const person of people) move(person, people, seconds);
      people = people.filter((person) => person.way.length > 0);
    },
  };
}

function move(person: Person, people: readonly Person[], seconds: number): void {
  const target = person.way[0];
  if (!target) return;
  const dx = target.x - person.x;
  const dz = target.z - person.z;
  const left = Math.sqrt(dx * dx + dz * dz);
  if (left < 0.35 && person.waits === 0) {
    if (target.waitSeconds > 0) person.waits = target.waitSeconds;
    else person.way.shift();
  }
  let wantX = (dx / (left + 1e-6)) * person.pace;
  let wantZ = (dz / (left + 1e-6)) * person.pace;
  if (person.waits > 0) {
    person.waits -= seconds;
    wantX = 0;
    wantZ = 0;
    if (person.waits <= 0) {
      person.waits = 0;
      person.way.shift();
    }
  }
  const away = keepClear(person, people);
  const isStanding = wantX === 0 && wantZ === 0;
  const give = isStanding ? 0.25 : 1;
  const share = seconds / turnSeconds;
  const velocityX = person.headingX * person.speed;
  const velocityZ = person.headingZ * person.speed;
  const nextX = velocityX + (wantX + away.x * give - velocityX) * share;
  const nextZ = velocityZ + (wantZ + away.z * give - velocityZ) * share;
  const speed = Math.sqrt(nextX * nextX + nextZ * nextZ);
  person.x += nextX * seconds;
  person.z += nextZ * seconds;
  person.gone += speed * seconds;
  person.speed = speed;
  if (speed > 0.12) {
    person.headingX = nextX / speed;
    person.headingZ = nextZ / speed;
  }
}

/** The push from those who are too near, strongest from ahead, and to the right of those who come head on. */
function keepClear(person: Person, people: readonly Person[]): Spot {
  let x = 0;
  let z = 0;
  for (const other of people) {
    if (other === person) continue;
    const dx = person.x - other.x;
    const dz = person.z - other.z;
    const room = other.group === person.group ? groupPersonalM : personalM;
    const square = dx * dx + dz * dz;
    if (square > room * room || square < 1e-9) continue;
    const distance = Math.sqrt(square);
    const push = (2.2 * (room - distance)) / room;
    x += (dx / distance) * push + (dz / distance) * push * 0.35;
    z += (dz / distance) * push - (dx / distance) * push * 0.35;
  }
  return { x, z };
}

function direction(from: Spot, to: Spot): Spot {
  const dx = to.x - from.x;
  const dz = to.z - from.z;
  const length = Math.sqrt(dx * dx + dz * dz) + 1e-9;
  return { x: dx / length, z: dz / length };
}
