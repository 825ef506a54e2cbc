/**
 * Entry of the throw-away process that inspects one model file.
 */
import path from 'node:path';
import { StationError } from '#contract/error.ts';
import { createPictureDetector } from '#engine/detect-on-pictures.ts';
import { describeElsewhere } from '#engine/inference/engines/describe.ts';
import { guardProcess } from '#engine/inference/process-guard.ts';
import { probeNetwork } from '#engine/inference/probe-network.ts';
import { tryCard } from '#engine/inference/try-card.ts';
import { InspectCommand } from '#engine/models/inspect-process.ts';
import type { InspectAnswer } from '#engine/models/inspect-process.ts';
import { inspectModel, type InspectTools } from '#engine/models/inspect.ts';
import { proveOnPictures } from '#engine/models/picture-proof.ts';
import { connectParent } from './parent-channel.ts';

const enginesFolder = path.join(process.env['TALLYWATCH_RESOURCES'] ?? '', 'engines');
const parent = connectParent();
/** Without its station nobody waits for the answer. */
parent.onClosed(() => process.exit(0));

parent.onMessage((message) => {
  const { request, maxMemoryBytes } = InspectCommand.parse(message);
  guardProcess(maxMemoryBytes);
  const post = (answer: InspectAnswer): void => parent.post(answer);
  const alive = (): void => post({ kind: 'alive' });
  const tools: InspectTools = {
    describeElsewhere: (file) => describeElsewhere(file, enginesFolder).finally(alive),
    probeNetwork: (file) => probeNetwork(file).finally(alive),
    tryCard: (file, card) => tryCard(file, card, enginesFolder).finally(alive),
    proveOnPictures: (file, card, pictures) =>
      proveOnPictures(card, createPictureDetector(file, pictures, alive)),
  };
  inspectModel({ ...request, file: path.resolve(request.file) }, tools).then(
    (inspection) => post({ kind: 'inspected', inspection }),
    (error: unknown) =>
      post({ kind: 'refused', error: StationError.from(error, 'MODEL_002').toBody() }),
  );
});
