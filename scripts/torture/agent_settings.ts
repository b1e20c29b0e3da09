/**
 * The environment of an agent under torture, besides its lake: small files, so that a lot happens
 * to them; a batch size of its own, so that only the intent can make a repeat have the same range.
 *
 * @param buffer the folder
 */
export function drawSettings(buffer: string, random: () => number): Record<string, string> {
  const catchesUp = random() < 0.3;
  return {
    LISTENADDRESS: "127.0.0.1",
    LISTENPORT: "0",
    BUFFER_DIRECTORY: buffer,
    BUFFER_MAXSIZE: "4GiB", // nothing may be dropped
    BUFFER_SEGMENTSIZE: "64KiB",
    RECEIVER_MAXBODYSIZE: "16KiB",
    // Each compressed body takes as much of the receiver's budget as it may grow to.
    RECEIVER_MAXDECOMPRESSEDSIZE: "64KiB",
    AWS_SECURITYLAKE_BATCHSIZE: String(catchesUp ? 4_000 : 50 + Math.floor(random() * 1950)),
  };
}
