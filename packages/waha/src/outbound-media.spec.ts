import { outboundMedia } from "./outbound-media.js";

const media = (fields: { url: string; filename?: string; caption?: string }, fetchedMimetype?: string) =>
  outboundMedia({ kind: "media", ...fields }, fetchedMimetype);

describe("a tenant's file goes out", () => {
  it.each([
    ["https://t.example/house.jpg", "image", "image/jpeg", "house.jpg"],
    ["https://t.example/HOUSE.JPEG?size=2#top", "image", "image/jpeg", "HOUSE.JPEG"],
    ["https://t.example/house.png", "image", "image/png", "house.png"],
    ["https://t.example/hello.ogg", "voice", "audio/ogg; codecs=opus", "hello.ogg"],
    ["https://t.example/hello.opus", "voice", "audio/ogg; codecs=opus", "hello.opus"],
    ["https://t.example/song.mp3", "file", "audio/mpeg", "song.mp3"],
    ["https://t.example/tour.mp4", "file", "video/mp4", "tour.mp4"],
    ["https://t.example/a/b/contract%20(2).pdf", "file", "application/pdf", "contract (2).pdf"],
    ["https://t.example/sticker.webp", "file", "image/webp", "sticker.webp"],
    ["https://t.example/100%.pdf", "file", "application/pdf", "100%.pdf"],
    ["https://t.example/plan.dwg", "file", "application/octet-stream", "plan.dwg"],
    ["https://t.example/plan.constructor", "file", "application/octet-stream", "plan.constructor"],
  ])("%s as %s, %s, named %s", (url, as, mimetype, filename) => {
    expect(media({ url })).toEqual({ as, mimetype, filename });
  });

  it("without a name where there is none", () => {
    expect(media({ url: "https://t.example" })).toEqual({
      as: "file",
      mimetype: "application/octet-stream",
    });
  });

  it.each([
    ["image/png", "image", "image/png"],
    ["image/jpg", "image", "image/jpeg"],
    ["IMAGE/JPEG; charset=binary", "image", "image/jpeg"],
    ["audio/ogg", "voice", "audio/ogg; codecs=opus"],
    ["audio/ogg; codecs=opus", "voice", "audio/ogg; codecs=opus"],
    ["application/pdf", "file", "application/pdf"],
    ["image/webp", "file", "image/webp"],
    ["text/html; charset=utf-8", "file", "text/html"],
  ])("by the type its server gave it, rather than by its name: %s", (fetched, as, mimetype) => {
    expect(media({ url: "https://t.example/a.mp4" }, fetched)).toEqual({ as, mimetype, filename: "a.mp4" });
  });

  it.each([
    "application/octet-stream",
    "binary/octet-stream",
    "",
    "nonsense",
    "a/b\r\nX: y",
    `a/${"b".repeat(999)}`,
  ])("by its name where its server says nothing: %j", (fetched) => {
    expect(media({ url: "https://t.example/a.png" }, fetched)).toMatchObject({
      as: "image",
      mimetype: "image/png",
    });
  });

  it("by the name it is given, rather than by its URL", () => {
    expect(media({ url: "https://t.example/a.png", filename: "plan.pdf" })).toMatchObject({
      as: "file",
      mimetype: "application/pdf",
      filename: "plan.pdf",
    });
  });

  it("by its URL where the name says nothing", () => {
    expect(media({ url: "https://t.example/a.png", filename: "The plan" })).toMatchObject({
      as: "image",
      mimetype: "image/png",
      filename: "The plan",
    });
  });

  it("with its caption, and as a file where a voice message could not carry one", () => {
    expect(media({ url: "https://t.example/a.png", caption: "Look" })).toMatchObject({
      as: "image",
      caption: "Look",
    });
    expect(media({ url: "https://t.example/a.ogg", caption: "Listen" })).toMatchObject({
      as: "file",
      mimetype: "audio/ogg; codecs=opus",
      caption: "Listen",
    });
  });
});
