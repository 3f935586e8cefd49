import type { ReactElement } from "react";
import { Logo } from "../ui/logo.js";
import { SignInForm } from "./sign-in-form.js";

export function SignInPage(): ReactElement {
  return (
    <main className="sign-in">
      <div className="card sign-in-card">
        <Logo />
        <h1>Gateway console</h1>
        <p className="quiet">One WhatsApp number, and whom its contacts belong to.</p>
        <SignInForm />
      </div>
    </main>
  );
}
