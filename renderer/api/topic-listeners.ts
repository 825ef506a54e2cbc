/**
 * Who listens to which topic, and the check that an event is what the contract says.
 */
import { events, type EventOf, type Topic } from '#contract/events.ts';

type Listener = (event: unknown) => void;

export interface TopicListeners {
  add<T extends Topic>(topic: T, listener: (event: EventOf<T>) => void): () => void;
  /** Parses and hands on; an event that does not fit the contract is dropped, since half an event misleads. */
  emit(topic: string, event: unknown): void;
  topics(): Topic[];
}

/** `onTopics` is called when the set of topics that somebody listens to has changed. */
export function createTopicListeners(onTopics: () => void): TopicListeners {
  const listeners = new Map<Topic, Set<Listener>>();
  return {
    add(topic, listener) {
      const known = listeners.get(topic);
      const group = known ?? new Set<Listener>();
      const entry: Listener = (event) => listener(event as EventOf<typeof topic>);
      group.add(entry);
      if (known === undefined) {
        listeners.set(topic, group);
        onTopics();
      }
      return () => {
        if (!group.delete(entry) || group.size > 0) return;
        listeners.delete(topic);
        onTopics();
      };
    },
    emit(topic, event) {
      if (!isTopic(topic)) return;
      const group = listeners.get(topic);
      if (group === undefined) return;
      const parsed = events[topic].safeParse(event);
      if (!parsed.success) return;
      for (const listener of [...group]) listener(parsed.data);
    },
    topics: () => [...listeners.keys()].sort(),
  };
}

function isTopic(topic: string): topic is Topic {
  return Object.hasOwn(events, topic);
}
