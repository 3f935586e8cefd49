import { useEffect, useState } from "react";

const PAUSE_MS = 250;

/** What is being typed, told on when typing has paused, so that not each letter is a question. */
export function useTyped(value: string, onTyped: (text: string) => void) {
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onTyped(text.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onTyped]);
  return { value: text, onChange: setText };
}
