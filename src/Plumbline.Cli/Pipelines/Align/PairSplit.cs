using Plumbline.Data;
using Plumbline.Randomness;

namespace Plumbline.Cli.Pipelines.Align;

/// <summary>
/// Cuts pairs into training and held-out halves by conversation: all pairs whose dialogues open with the same words go to one side, so no prompt, nor an
/// earlier turn of one, stands in both.
/// </summary>
internal static class PairSplit
{
    /// <summary>The two sides, each in the order of the file.</summary>
    /// <exception cref="InvalidInputException">A side is empty.</exception>
    internal static (List<PreferenceExample> Training, List<PreferenceExample> HeldOut) By(
        IReadOnlyList<PreferenceExample> pairs,
        double heldOut,
        Seed seed
    )
    {
        var groups = pairs.GroupBy(Opening, StringComparer.Ordinal).ToArray();
        var order = Enumerable.Range(0, groups.Length).ToArray();
        seed.Derive("split").Source().Shuffle<int>(order);
        var wanted = (int)Math.Round(heldOut * pairs.Count);
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

        var held = pairs.Where(pair => chosen.Contains(Opening(pair))).ToList();
        var training = pairs.Where(pair => !chosen.Contains(Opening(pair))).ToList();
        return training.Count > 0 && held.Count > 0
            ? (training, held)
            : throw new InvalidInputException(
                $"{pairs.Count} pairs of {groups.Length} conversations cannot be split: one side would be empty.",
                "Give more conversations, or change data.held_out."
            );
    }

    /// <summary>What a conversation opens with, whatever its case and spacing.</summary>
    internal static string Opening(PreferenceExample pair)
    {
        var text = pair.Prompt.Messages is { Count: > 0 } messages ? messages[0].Text : pair.Prompt.Text ?? string.Empty;
        return string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
