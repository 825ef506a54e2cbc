/**
 * Any of a few things, with the words for each; the chosen ones stay in the order in which they are offered.
 */
import { useId } from 'react';
import { Checkbox } from '@mantine/core';

interface CheckListProps<V extends string> {
  readonly legend: string;
  readonly hint?: string;
  readonly chosen: readonly V[];
  readonly options: readonly (readonly [V, string])[];
  readonly onChange: (chosen: V[]) => void;
}

export function CheckList<V extends string>(props: CheckListProps<V>) {
  const { legend, hint, chosen, options, onChange } = props;
  const hintId = useId();
  return (
    <fieldset className="tw-rep-list" aria-describedby={hint === undefined ? undefined : hintId}>
      <legend>{legend}</legend>
      {hint !== undefined && (
        <p id={hintId} className="tw-hint">
          {hint}
        </p>
      )}
      <div className="tw-form-row">
        {options.map(([key, text]) => (
          <Checkbox
            key={key}
            label={text}
            checked={chosen.includes(key)}
            onChange={(event) =>
              onChange(
                options
                  .map(([each]) => each)
                  .filter((each) =>
                    each === key ? event.currentTarget.checked : chosen.includes(each),
                  ),
              )
            }
          />
        ))}
      </div>
    </fieldset>
  );
}
