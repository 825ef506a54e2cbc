/**
 * A strip of time: what was recorded, when somebody was counted, and the chosen time, by pointer and keys.
 */
import { placeOf, useFormats, type TimeStretch } from '../kit.ts';

interface TimeStripProps {
  readonly label: string;
  readonly strip: TimeStretch;
  readonly spans: readonly TimeStretch[];
  /** Unix times in ms at which somebody was counted */
  readonly events: readonly number[];
  /** The chosen time, Unix ms */
  readonly at: number;
  /** One press of an arrow key, ms; ten of them for Page Up and Down */
  readonly stepMs: number;
  readonly onChoose: (at: number) => void;
}

export function TimeStrip({ label, strip, spans, events, at, stepMs, onChoose }: TimeStripProps) {
  const { time, minute } = useFormats();
  const choose = (next: number) => onChoose(Math.min(strip.to - 1, Math.max(strip.from, next)));
  const steps: Record<string, number> = {
    ...{ ArrowLeft: at - stepMs, ArrowDown: at - stepMs, ArrowRight: at + stepMs },
    ...{ ArrowUp: at + stepMs, PageDown: at - 10 * stepMs, PageUp: at + 10 * stepMs },
    ...{ Home: strip.from, End: strip.to },
  };
  return (
    <div className="tw-strip">
      <div
        className="tw-film-time"
        role="slider"
        tabIndex={0}
        aria-label={label}
        aria-valuemin={strip.from}
        aria-valuemax={strip.to}
        aria-valuenow={at}
        aria-valuetext={time(at)}
        onKeyDown={(event) => {
          const next = steps[event.key];
          if (next === undefined) return;
          event.preventDefault();
          choose(next);
        }}
        onPointerDown={({ currentTarget, clientX }) => {
          const { left, width } = currentTarget.getBoundingClientRect();
          choose(Math.round(strip.from + ((clientX - left) / width) * (strip.to - strip.from)));
        }}
      >
        {spans.map((span) => {
          const place = placeOf(span, strip);
          if (place === null) return null;
          return (
            <i
              key={span.from}
              data-recorded
              style={{ left: `${place.left}%`, width: `${place.width}%` }}
            />
          );
        })}
        {events.map((event, index) => {
          const place = placeOf({ from: event, to: event }, strip);
          return place && <b key={index} style={{ left: `${place.left}%` }} />;
        })}
        <i data-now style={{ left: `${placeOf({ from: at, to: at }, strip)?.left ?? 0}%` }} />
      </div>
      <p className="tw-strip-ends" aria-hidden>
        <span>{minute(strip.from)}</span>
        <span>{label}</span>
        <span>{minute(strip.to)}</span>
      </p>
    </div>
  );
}
