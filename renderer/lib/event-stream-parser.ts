/**
 * Reads the text of a server-sent event stream (HTML standard, section 9.2.6) piece by piece.
 */

export interface ServerEvent {
  readonly topic: string;
  readonly data: string;
}

/** Returns a function that takes the next piece of text and gives the events that it completed. */
export function createEventStreamParser(): (text: string) => ServerEvent[] {
  let rest = '';
  let topic = '';
  let data: string[] = [];

  return (text) => {
    const done: ServerEvent[] = [];
    const lines = (rest + text).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0)
          done.push({ topic: topic === '' ? 'message' : topic, data: data.join('\n') });
        topic = '';
        data = [];
        continue;
      }
      const colon = line.indexOf(':');
      const field = colon === -1 ? line : line.slice(0, colon);
      const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (field === 'event') topic = value;
      else if (field === 'data') data.push(value);
    }
    return done;
  };
}
