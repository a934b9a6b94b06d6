using Plumbline.Randomness;

namespace Plumbline.Testing;

/// <summary>
/// Feeds a reader damaged copies of good inputs: bytes flipped, cut, repeated, inserted, numbers at their extremes. The reader may accept or refuse
/// with <see cref="InvalidInputException"/>; anything else (another exception, a hang, a crash) is a defect, reported with its seed.
/// </summary>
public static class ByteFuzzer
{
    /// <summary>Runs <paramref name="read"/> on <paramref name="rounds"/> damaged inputs.</summary>
    /// <param name="goodInputs">Valid inputs to start from.</param>
    /// <param name="rounds">How many damaged copies to try.</param>
    /// <param name="seed">The seed of the damage.</param>
    /// <param name="read">The fuzz target.</param>
    public static void Run(IReadOnlyList<byte[]> goodInputs, int rounds, Seed seed, Action<byte[]> read)
    {
        for (var round = 0; round < rounds; round++)
        {
            var random = seed.Derive("fuzz", round).Source();
            var input = Damage(random.Choose(goodInputs), random);
            try
            {
                read(input);
            }
            catch (InvalidInputException)
            {
                // Refused with a message that names the fault: what a reader should do.
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"Fuzzing seed {seed.Value}, round {round}: {failure.GetType().Name} on {Convert.ToBase64String(input.AsSpan(0, Math.Min(input.Length, 600)))}",
                    failure
                );
            }
        }
    }

    private static byte[] Damage(byte[] good, RandomSource random)
    {
        var bytes = new List<byte>(good);
        for (var edits = 1 + random.NextInt(4); edits > 0 && bytes.Count > 0; edits--)
        {
            var at = random.NextInt(bytes.Count);
            switch (random.NextInt(6))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.NextInt(8));
                    break;
                case 1:
                    bytes[at] = random.Choose(new byte[] { 0, 1, 0x7F, 0x80, 0xFF, (byte)'"', (byte)'{', (byte)'[', (byte)'9', (byte)'-' });
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(bytes.Count - at, 1 + random.NextInt(16)));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(bytes.Count - at, 1 + random.NextInt(32))));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                default:
                    for (var i = 0; i < 8 && at + i < bytes.Count; i++)
                    {
                        bytes[at + i] = (byte)(random.NextBool(0.5) ? 0xFF : 0x00);
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
