/* global document */
const lastEvent = document.getElementById("last-event");

for (const type of ["deep-link-copied", "deep-link-downloaded"]) {
  document.addEventListener(type, ({ detail }) => {
    lastEvent.textContent = `${type} ${JSON.stringify(detail)}`;
  });
}
