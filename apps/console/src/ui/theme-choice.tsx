import { useState, type ReactElement } from "react";
import { Choice } from "./choice.js";

const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEY = "gateway-console-theme";
const LABELS: Readonly<Record<Theme, string>> = { system: "Auto", light: "Light", dark: "Dark" };

/** As it was chosen on this device; else the system decides. */
export function applyKeptTheme(): Theme {
  const theme = THEMES.find((each) => each === localStorage.getItem(KEY)) ?? "system";
  apply(theme);
  return theme;
}

function apply(theme: Theme): void {
  document.documentElement.dataset["theme"] = theme;
}

export function ThemeChoice(): ReactElement {
  const [theme, setTheme] = useState<Theme>(applyKeptTheme);
  return (
    <Choice
      choices={THEMES.map((value) => ({ value, label: LABELS[value] }))}
      label="Colours"
      value={theme}
      onChange={(value) => {
        localStorage.setItem(KEY, value);
        apply(value);
        setTheme(value);
      }}
    />
  );
}
