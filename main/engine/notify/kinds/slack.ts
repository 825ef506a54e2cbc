/**
 * Slack's incoming webhooks: a text for the notification, blocks for the channel. The address is the secret.
 */
import type { Message } from '#engine/notify/compose.ts';
import { type Delivery, refused } from './delivery.ts';
import { postJson } from './post.ts';

const longestHeader = 150;
const longestText = 2_000;

/** @throws StationError MSG_001, MSG_002 */
export async function sendSlack({
  secret,
  message,
  signal,
  conceal,
}: Delivery<'slack'>): Promise<void> {
  if (secret === '') throw refused('No webhook address of Slack is set. Enter it.');
  await postJson({
    ...{ what: 'Slack', url: secret, signal, conceal },
    body: JSON.stringify(slackBody(message)),
  });
}

/** What is posted. */
export function slackBody({ subject, sentence, facts, advice, adviceLabel, link }: Message) {
  const plain = (text: string, longest = longestText) => ({
    type: 'plain_text' as const,
    text: escapeSlack(cut(text, longest)),
    emoji: false,
  });
  return {
    text: escapeSlack(`${subject}. ${sentence}`),
    blocks: [
      { type: 'header', text: plain(subject, longestHeader) },
      { type: 'section', text: plain(sentence) },
      {
        type: 'section',
        fields: facts.slice(0, 10).map(([label, value]) => plain(`${label}: ${value}`, 500)),
      },
      ...(advice === '' ? [] : [{ type: 'section', text: plain(`${adviceLabel}: ${advice}`) }]),
      ...(link === null
        ? []
        : [
            {
              type: 'actions',
              elements: [{ type: 'button', text: plain(link.text, 75), url: link.url }],
            },
          ]),
    ],
  };
}

/** The three signs that Slack reads as its own; a name such as `<!channel>` must call nobody. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}
