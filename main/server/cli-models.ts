/**
 * `tallywatch models …`: what can be measured and made of a model file without a station.
 */
import type { Command } from 'commander';
import type { Host } from '#engine/host.ts';
import { addEvaluateCommand, type Inspect } from './cli-evaluate.ts';
import { addTuneCommand } from './cli-tune.ts';
import { addVariantCommands } from './cli-variant.ts';

export interface ModelsCommandDeps {
  readonly inspect: Inspect;
  readonly createHost: (dataFolder: string) => Host;
}

/** Adds the commands. */
export function addModelsCommand(
  program: Command,
  { inspect, createHost }: ModelsCommandDeps,
): void {
  const models = program.command('models').description('Measures models and makes smaller ones');
  addTuneCommand(models, createHost);
  addEvaluateCommand(models, inspect);
  addVariantCommands(models, inspect);
}
