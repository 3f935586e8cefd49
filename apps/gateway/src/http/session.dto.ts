import { isKeyText } from "../config/settings.js";
import { WantsText } from "./rules.dto.js";

/** The admin key that somebody signs in to the console with. */
export class SignInDto {
  @WantsText("must be an admin key, 1 to 256 printable ASCII characters without spaces", isKeyText, {
    maxLength: 256,
  })
  key!: string;
}
