/**
 * Answers a client with the arm that it has now while a split is running.
 */
import { StationError } from '#contract/error.ts';
import type { SplitKeeper } from '#engine/experiment-split.ts';
import type { ServedFile } from '#engine/inference/serving/instance.ts';

export interface ArmAnswerDeps {
  readonly splits: Pick<SplitKeeper, 'route' | 'answered'>;
  /** A version of the registry; null when there is none */
  readonly find: (digest: string) => Promise<ServedFile | null>;
}

export interface ArmQuestion {
  readonly asked: ServedFile;
  /** Whoever asks; the same arm for an hour */
  readonly client: string;
  readonly signal: AbortSignal;
}

/** Where B fails, A answers as if there were no experiment. Rejects as `answer` does. */
export async function answerByArm<T>(
  { splits, find }: ArmAnswerDeps,
  { asked, client, signal }: ArmQuestion,
  answer: (file: ServedFile) => Promise<T>,
): Promise<T> {
  const digest = splits.route(asked.digest, client);
  const other = digest === asked.digest ? null : await find(digest);
  if (!other) return answer(asked);
  try {
    const found = await answer(other);
    splits.answered(digest, true);
    return found;
  } catch (error) {
    // A picture that cannot be read is nobody's fault here.
    if (signal.aborted || StationError.from(error, 'INF_001').code === 'INF_003') throw error;
    splits.answered(digest, false);
    return answer(asked);
  }
}
