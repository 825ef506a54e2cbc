/**
 * The description of the API: valid OpenAPI 3.1, complete, and shown to people without a script.
 */
import { describe, expect, it } from 'vitest';
import { Validator } from '@seriousme/openapi-schema-validator';
import { procedures } from '#contract/procedures.ts';
import { apiPage } from '#server/api-page.ts';
import { openApi } from '#server/openapi.ts';

interface Described {
  readonly requestBody: { readonly content: Record<string, unknown> };
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
}

describe('the description of the API', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(openApi()));
    expect(result).toEqual({ valid: true });
  });

  it('has every procedure at its route', () => {
    const paths = openApi()['paths'] as Record<string, Record<string, { operationId: string }>>;
    const described = Object.values(paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId }) => operationId);
    const called = Object.entries(procedures).filter(([, row]) => row.kind !== 'stream');
    expect(described).toEqual(
      expect.arrayContaining(called.map(([name]) => name.replace('.', '_'))),
    );
    expect(new Set(described).size).toBe(described.length);
  });

  it('says in which forms pictures may come, and names the header of a key', () => {
    const paths = openApi()['paths'] as Record<string, Record<string, Described>>;
    const single = paths['/models/{modelId}/inference']?.['post'];
    const many = paths['/models/{modelId}/batch-inference']?.['post'];
    expect(Object.keys(single?.requestBody.content ?? {})).toEqual([
      ...['application/json', 'multipart/form-data', 'image/jpeg', 'image/png', 'image/webp'],
    ]);
    expect(Object.keys(many?.requestBody.content ?? {})).toEqual([
      ...['application/json', 'multipart/form-data'],
    ]);
    expect(many?.parameters.filter((one) => one.in === 'header')).toMatchObject([
      { name: 'idempotency-key', required: false, schema: { type: 'string' } },
    ]);
  });

  it('is a page without scripts that lets nothing else in', async () => {
    const page = apiPage();
    const text = await page.text();
    expect(text).toContain('/api/v1/cameras');
    expect(text).not.toContain('<script');
    expect(page.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-/,
    );
  });
});
