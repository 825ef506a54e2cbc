/**
 * Brings one file to an S3 store in parts, and goes on after the last whole part of an upload that was cut.
 */
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';

/** S3 takes no smaller part than this, but for the last one. */
export const partBytes = 5 * 1024 * 1024;

export interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly file: string;
  readonly bytes: number;
  readonly signal: AbortSignal;
  /** Bytes of the file that are there */
  readonly onBytes: (done: number) => void;
}

interface Part {
  readonly PartNumber: number;
  readonly ETag: string;
}

/** Rejects with the error of the client or of the file system. The key is there only when the file is whole. */
export async function uploadFile(client: S3Client, upload: Upload): Promise<void> {
  const { bucket, key, signal } = upload;
  const handle = await open(upload.file, 'r');
  try {
    if (upload.bytes <= partBytes) {
      const Body = await readPart(handle, 0, upload.bytes);
      await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }), {
        abortSignal: signal,
      });
      return;
    }
    const uploadId = (await findUpload(client, upload)) ?? (await beginUpload(client, upload));
    const there = await listParts(client, upload, uploadId);
    const parts: Part[] = [];
    for (let number = 1, at = 0; at < upload.bytes; number++, at += partBytes) {
      const Body = await readPart(handle, at, Math.min(partBytes, upload.bytes - at));
      const known = there.get(number);
      // A part has the MD5 of its bytes as its tag: what was cut under way, or is of another file, is sent again.
      if (known !== undefined && known === md5(Body)) {
        parts.push({ PartNumber: number, ETag: `"${known}"` });
      } else {
        const sent = await client.send(
          new UploadPartCommand({
            ...{ Bucket: bucket, Key: key, UploadId: uploadId, PartNumber: number, Body },
          }),
          { abortSignal: signal },
        );
        parts.push({ PartNumber: number, ETag: sent.ETag ?? '' });
      }
      upload.onBytes(at + Body.length);
    }
    await client.send(
      new CompleteMultipartUploadCommand({
        ...{ Bucket: bucket, Key: key, UploadId: uploadId, MultipartUpload: { Parts: parts } },
      }),
      { abortSignal: signal },
    );
  } finally {
    await handle.close();
  }
}

async function findUpload(client: S3Client, { bucket, key }: Upload): Promise<string | null> {
  const { Uploads = [] } = await client.send(
    new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: key }),
  );
  return Uploads.find((upload) => upload.Key === key)?.UploadId ?? null;
}

async function beginUpload(client: S3Client, { bucket, key, signal }: Upload): Promise<string> {
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket: bucket, Key: key }),
    { abortSignal: signal },
  );
  return UploadId ?? '';
}

/** MD5 by number of the part. */
async function listParts(
  client: S3Client,
  { bucket, key }: Upload,
  uploadId: string,
): Promise<Map<number, string>> {
  const found = new Map<number, string>();
  let marker: string | undefined;
  do {
    const page = await client.send(
      new ListPartsCommand({
        ...{ Bucket: bucket, Key: key, UploadId: uploadId },
        ...(marker === undefined ? {} : { PartNumberMarker: marker }),
      }),
    );
    for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) {
      found.set(PartNumber, ETag.replaceAll('"', ''));
    }
    marker = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return found;
}

async function readPart(
  handle: Awaited<ReturnType<typeof open>>,
  at: number,
  length: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  const { bytesRead } = await handle.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
