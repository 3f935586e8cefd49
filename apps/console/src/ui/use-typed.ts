import { useEffect, useState } from "react";

const PAUSE_MS = 250;

/** What is being typed, told on when typing has paused, so that not each letter is a question. */
export function useTyped(value: string, onTyped: (text: string) => void) {
  const [text, setText] = useState(value);
  const [seen, setSeen] = useState(value);
  const [told, setTold] = useState(value);
  if (value !== seen) {
    setSeen(value);
    // Not by what was typed, but by a link to the page without it, or the way back: what stood in the field is gone.
    if (value !== told) {
      setTold(value);
      setText(value);
    }
  }
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => {
      setTold(text.trim());
      onTyped(text.trim());
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onTyped]);
  return { value: text, onChange: setText };
}
