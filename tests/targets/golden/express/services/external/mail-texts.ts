interface MailText {
  readonly subject: string;
  /** `{link}` stands for the page. */
  readonly text: string;
  /** Of the application. */
  readonly page: string;
}

/** What is written to people, by the kind of mail. */
export const mailTexts: Readonly<Record<string, MailText>> = {
  verification: {
    subject: 'Confirm your address for Shop',
    text: `Somebody, probably you, has opened an account at Shop with this address.

To confirm that the address is yours, open this link within 24 hours:

{link}

If it was not you, ignore this mail: without the link nobody can log in.
`,
    page: '/verify',
  },
  registered: {
    subject: 'You already have an account at Shop',
    text: `Somebody, probably you, has tried to open an account at Shop with this address, which has one already.

If it was you, log in, or choose a new password:

{link}

If it was not you, ignore this mail: nothing has changed.
`,
    page: '/forgot',
  },
  reset: {
    subject: 'Choose a new password for Shop',
    text: `Somebody, probably you, has asked for a new password for your account at Shop.

To choose one, open this link within 15 minutes:

{link}

If it was not you, ignore this mail: your password stays as it is.
`,
    page: '/reset',
  },
  passwordChanged: {
    subject: 'Your password for Shop has changed',
    text: `The password of your account at Shop has just been changed.

If it was not you, choose a new one at once:

{link}
`,
    page: '/forgot',
  },
};
