// lmdb prints the error of each failed commit, besides rejecting with it, and can't be told not to. It prints to the
// console of whichever spec loaded it first in a jest worker; when that spec is over, jest takes the line for a fault
// of the run. So what comes from there is left out: the specs that make commits fail look at the rejection.
const { error } = console;

console.error = (...words) => {
  const isFromLmdb = words.some((word) =>
    /[\\/]lmdb[\\/](dist[\\/])?[\w.-]+\.c?js/.test(String(word?.stack ?? "")),
  );
  if (!isFromLmdb) error.call(console, ...words);
};
