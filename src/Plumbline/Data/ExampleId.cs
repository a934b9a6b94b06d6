using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Data;

/// <summary>
/// Ids that depend on an example's content alone: the first 128 bits of SHA-256, as 32 lower-case hexadecimal digits, over the example's kind and
/// its contents. Each part goes in with its length before it, so that no two contents share an encoding. Where a row came from (csv, jsonl, an
/// implicit or explicit prompt) makes no difference.
/// </summary>
public static class ExampleId
{
    /// <summary>The id that belongs to the content of <paramref name="example"/>; its present id does not count.</summary>
    /// <exception cref="ArgumentException">The example is of a kind that is not known here.</exception>
    public static string Of(Example example) =>
        example switch
        {
            LanguageModelingExample row => LanguageModeling(row.Content),
            PromptExample row => Prompt(row.Prompt),
            PromptCompletionExample row => PromptCompletion(row.Prompt, row.Completion),
            PreferenceExample row => Preference(row.Prompt, row.Chosen, row.Rejected),
            UnpairedPreferenceExample row => Unpaired(row.Prompt, row.Completion, row.Label),
            RankedExample row => Ranked(row.Prompt, row.Answers, row.Ranks),
            StepwiseExample row => Stepwise(row.Prompt, row.Steps, row.Labels),
            _ => throw new ArgumentException($"{example.GetType().Name} is no known kind of example.", nameof(example)),
        };

    internal static string LanguageModeling(Content content) => Hash('l', 0, [content], []);

    internal static string Prompt(Content prompt) => Hash('o', 0, [prompt], []);

    internal static string PromptCompletion(Content prompt, Content completion) => Hash('c', 0, [prompt, completion], []);

    internal static string Preference(Content prompt, Content chosen, Content rejected) => Hash('p', 0, [prompt, chosen, rejected], []);

    internal static string Unpaired(Content prompt, Content completion, bool label) => Hash('u', label ? 1 : 0, [prompt, completion], []);

    internal static string Ranked(Content prompt, IReadOnlyList<Content> answers, IReadOnlyList<int> ranks) =>
        Hash('r', answers.Count, [prompt, .. answers], [.. ranks]);

    internal static string Stepwise(Content prompt, IReadOnlyList<string> steps, IReadOnlyList<double> labels) =>
        Hash('s', steps.Count, [prompt, .. steps.Select(Content.FromText)], [.. labels.SelectMany(Halves)]);

    private static IEnumerable<int> Halves(double label)
    {
        // −0 is the same label as 0.
        var bits = BitConverter.DoubleToInt64Bits(label == 0 ? 0 : label);
        return [(int)bits, (int)(bits >> 32)];
    }

    private static string Hash(char kind, int number, ReadOnlySpan<Content> contents, ReadOnlySpan<int> numbers)
    {
        var writer = new Encoder();
        try
        {
            writer.Add(kind);
            writer.Add(number);
            foreach (var content in contents)
            {
                writer.Add(content);
            }

            foreach (var further in numbers)
            {
                writer.Add(further);
            }

            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(writer.Written, digest);
            return Convert.ToHexStringLower(digest[..16]);
        }
        finally
        {
            writer.Release();
        }
    }

    /// <summary>Collects the bytes to hash in a pooled array.</summary>
    private struct Encoder()
    {
        private byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        private int length = 0;

        public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, length);

        public void Add(Content content)
        {
            if (content.Text is { } text)
            {
                Add('t');
                Add(text);
                return;
            }

            Add('m');
            Add(content.Messages!.Count);
            foreach (var message in content.Messages)
            {
                Add(message.Role.Value);
                Add(message.Text);
            }
        }

        public void Add(int number)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), number);
            length += sizeof(int);
        }

        public void Add(char tag)
        {
            Room(1)[0] = (byte)tag;
            length++;
        }

        public readonly void Release() => ArrayPool<byte>.Shared.Return(buffer);

        private void Add(string text)
        {
            var at = length;
            var target = Room(sizeof(int) + Encoding.UTF8.GetMaxByteCount(text.Length));
            var count = Encoding.UTF8.GetBytes(text, target[sizeof(int)..]);
            BinaryPrimitives.WriteInt32LittleEndian(target, count);
            length = at + sizeof(int) + count;
        }

        private Span<byte> Room(int count)
        {
            if (buffer.Length - length < count)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(buffer.Length * 2, length + count));
                Written.CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }

            return buffer.AsSpan(length);
        }
    }
}
