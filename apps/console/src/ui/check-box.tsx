import type { ReactElement } from "react";

export interface CheckBoxProps {
  /** Said aloud; shown as well where `isShown`. */
  readonly label: string;
  readonly isShown?: boolean;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

/** The browser's own, which is used by keyboard and read aloud as people know it. */
export function CheckBox(props: CheckBoxProps): ReactElement {
  const { label, isShown = false, isChecked, isDisabled = false, onChange } = props;
  return (
    <label className="check">
      <input
        checked={isChecked}
        disabled={isDisabled}
        type="checkbox"
        onChange={(event) => onChange(event.target.checked)}
      />
      <span className={isShown ? undefined : "only-read"}>{label}</span>
    </label>
  );
}
