import type { ReactElement, ReactNode } from "react";
import {
  Button as AriaButton,
  FieldError,
  Input,
  Label,
  Text,
  TextArea,
  TextField as AriaTextField,
  type ButtonProps as AriaButtonProps,
  type TextFieldProps as AriaTextFieldProps,
} from "react-aria-components";

export interface ButtonProps extends Omit<AriaButtonProps, "className" | "children"> {
  readonly kind?: "primary" | "secondary" | "danger" | "plain";
  readonly isSmall?: boolean;
  readonly children: ReactNode;
}

export function Button({
  kind = "secondary",
  isSmall = false,
  children,
  ...props
}: ButtonProps): ReactElement {
  return (
    <AriaButton className={`button ${kind}${isSmall ? " small" : ""}`} {...props}>
      {children}
    </AriaButton>
  );
}

export interface TextFieldProps extends Omit<AriaTextFieldProps, "className" | "children"> {
  readonly label: string;
  readonly description?: ReactNode;
  readonly error?: string | undefined;
  readonly placeholder?: string;
  readonly isLong?: boolean;
  readonly className?: string;
}

export function TextField(props: TextFieldProps): ReactElement {
  const {
    label,
    description,
    error,
    placeholder = "",
    isLong = false,
    className = "field",
    ...others
  } = props;
  return (
    <AriaTextField className={className} isInvalid={error !== undefined} {...others}>
      <Label>{label}</Label>
      {isLong ? (
        <TextArea placeholder={placeholder} rows={3} />
      ) : (
        <Input placeholder={placeholder} spellCheck="false" />
      )}
      {description === undefined ? null : (
        <Text className="description" slot="description">
          {description}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  );
}
