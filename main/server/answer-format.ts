/**
 * Answers of the inference endpoints as JSON, XML or protobuf, as the request asks (`resources/api` has both schemas).
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import protobuf from 'protobufjs';
import { OutputFormat } from '#contract/inference.ts';
import { toXml } from './to-xml.ts';

export interface FormattedAnswer {
  readonly body: string | Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

/** The answers that have other forms than JSON, by procedure: root element of XML, message of protobuf. */
const answers: Readonly<Record<string, { readonly root: string; readonly message: string }>> = {
  'inference.run': { root: 'inferenceAnswer', message: 'tallywatch.InferenceAnswer' },
  'inference.batch': { root: 'batchAnswer', message: 'tallywatch.BatchAnswer' },
};

/** Elements of lists in XML. */
const itemNames = { detections: 'detection', results: 'result' };

export interface AnswerFormatter {
  /** The answer in the form that the input asks for; null when that is JSON. */
  format(name: string, input: unknown, output: unknown): FormattedAnswer | null;
}

/** @param apiFolder `resources/api`; its `.proto` is read when the first answer needs it */
export function createAnswerFormatter(apiFolder: string): AnswerFormatter {
  let root: protobuf.Root | null = null;

  function encode(message: string, output: object): Uint8Array<ArrayBuffer> {
    root ??= protobuf.parse(readFileSync(path.join(apiFolder, 'inference.proto'), 'utf8')).root;
    const type = root.lookupType(message);
    return Uint8Array.from(type.encode(type.fromObject(withoutNulls(output) as object)).finish());
  }

  return {
    format(name, input, output) {
      const answer = answers[name];
      if (!answer) return null;
      switch (formatOf(input)) {
        case 'json':
          return null;
        case 'xml':
          return {
            body: toXml(answer.root, output, itemNames),
            contentType: 'application/xml; charset=utf-8',
          };
        case 'protobuf':
          return {
            body: encode(answer.message, output as object),
            contentType: 'application/x-protobuf',
          };
      }
    },
  };
}

/** `outputFormat` of the request or of its options; the router has checked it. */
function formatOf(input: unknown): OutputFormat {
  const { outputFormat, options } = input as {
    outputFormat?: unknown;
    options?: { outputFormat?: unknown };
  };
  return OutputFormat.catch('json').parse(outputFormat ?? options?.outputFormat);
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== null)
      .map(([key, field]) => [key, withoutNulls(field)]),
  );
}
