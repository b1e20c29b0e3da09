const EMAIL = /^[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$/;

/** Whether a text is an email_t of OCSF 1.1, whose rule is the narrowest of all versions. */
export const isEmail = (text: string): boolean => EMAIL.test(text);
