import type { ReactElement } from "react";
import { ToggleButton, ToggleButtonGroup } from "react-aria-components";

export interface ChoiceProps<Value extends string> {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly { readonly value: Value; readonly label: string }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few. */
export function Choice<Value extends string>(props: ChoiceProps<Value>): ReactElement {
  const { label, value, choices, onChange } = props;
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="choice"
      disallowEmptySelection
      selectedKeys={[value]}
      selectionMode="single"
      onSelectionChange={(keys) => {
        const [key] = keys;
        const choice = choices.find((each) => each.value === key);
        if (choice !== undefined) onChange(choice.value);
      }}
    >
      {choices.map((choice) => (
        <ToggleButton key={choice.value} id={choice.value}>
          {choice.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
