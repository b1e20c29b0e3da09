/** Lets others have their turn, such as requests to be answered, in the middle of something long. */
export const nextTurn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
