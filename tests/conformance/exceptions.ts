// Scenarios of the suite that do not apply to this host, each with its reason. They are run all the same and shown in the table.

export const exceptions: Record<string, string> = {
  'auth/cross-app-access-complete-flow':
    'An extension for organisations whose identity provider signs people in at tool servers on its own (SEP-990). It needs an identity provider’s token, which a person’s own machine does not have. Such a server can be reached with a header from the vault.',
};
