/**
 * One of a few things, with the words for each.
 */
import { NativeSelect } from '@mantine/core';

interface ChooseProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly (readonly [V, string])[];
  readonly onChange: (value: V) => void;
}

export function Choose<V extends string>({ label, value, options, onChange }: ChooseProps<V>) {
  return (
    <NativeSelect
      label={label}
      value={value}
      data={options.map(([key, text]) => ({ value: key, label: text }))}
      onChange={(event) => {
        const chosen = options.find(([key]) => key === event.currentTarget.value);
        if (chosen) onChange(chosen[0]);
      }}
    />
  );
}
