using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines;

/// <summary>
/// Cuts rows into training and held-out parts by conversation: all rows whose dialogues open with the same words go to one side, so no prompt, nor an
/// earlier turn of one, stands in both.
/// </summary>
internal static class ConversationSplit
{
    /// <summary>The two sides, each in the order of the file.</summary>
    /// <exception cref="InvalidInputException">A side is empty.</exception>
    internal static (List<T> Training, List<T> HeldOut) By<T>(IReadOnlyList<T> rows, Func<T, Content> prompt, double heldOut, Seed seed)
    {
        string OpeningOf(T row) => Opening(prompt(row));
        var groups = rows.GroupBy(OpeningOf, StringComparer.Ordinal).ToArray();
        var order = Enumerable.Range(0, groups.Length).ToArray();
        seed.Derive("split").Source().Shuffle<int>(order);
        var wanted = (int)Math.Round(heldOut * rows.Count);
        var chosen = new HashSet<string>(StringComparer.Ordinal);
        var count = 0;
        foreach (var index in order)
        {
            if (count >= wanted)
            {
                break;
            }

            chosen.Add(groups[index].Key);
            count += groups[index].Count();
        }

        var held = rows.Where(row => chosen.Contains(OpeningOf(row))).ToList();
        var training = rows.Where(row => !chosen.Contains(OpeningOf(row))).ToList();
        return training.Count > 0 && held.Count > 0
            ? (training, held)
            : throw new InvalidInputException(
                $"{rows.Count} rows of {groups.Length} conversations cannot be split: one side would be empty.",
                "Give more conversations, or change data.held_out."
            );
    }

    /// <summary>What a conversation opens with, whatever its case and spacing.</summary>
    internal static string Opening(Content prompt) => ConversationOpening.Of(prompt);
}
