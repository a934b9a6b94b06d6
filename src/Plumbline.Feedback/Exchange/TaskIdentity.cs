using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Data;
using Plumbline.Feedback.Projects;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Exchange;

/// <summary>
/// What makes a task the same one in every file: prompt, answers in whatever order, criteria, kinds of harm, known answer and source; not how soon and how often it is asked. From the hash of that follow its key and
/// the order of its answers, so neither depends on the order in which a file had them, which may say which is better.
/// </summary>
internal static class TaskIdentity
{
    /// <summary>The hash of a task, as 64 hexadecimal digits, and where its answers stand: at each place the answer's index in the task given.</summary>
    public static (string Hash, int[] Order) Of(ComparisonRequested task)
    {
        int[] order = [.. Enumerable.Range(0, task.Answers.Count)];
        Array.Sort(order, (left, right) => string.CompareOrdinal(task.Answers[left], task.Answers[right]));
        using var parts = new HashedParts();
        AddPrompt(parts, task.Prompt);
        parts.Add(order.Length);
        foreach (var i in order)
        {
            parts.Add(task.Answers[i]);
            parts.Add(task.Gold?.Ranks[i] ?? 0);
        }

        parts.Add(task.Criteria.Count);
        foreach (var (id, wording) in task.Criteria)
        {
            parts.Add(id);
            parts.Add(wording);
        }

        parts.Add(task.Harms.Count);
        foreach (var harm in task.Harms.Order(StringComparer.Ordinal))
        {
            parts.Add(harm);
        }

        parts.Add(task.Source?.Model);
        parts.Add(task.Source?.Run);
        parts.Add(task.Source?.Step ?? -1);
        var hash = parts.Finish();
        new Seed(BinaryPrimitives.ReadUInt64LittleEndian(hash)).Derive("order of answers").Source().Shuffle(order.AsSpan());
        return (Convert.ToHexStringLower(hash), order);
    }

    /// <summary>The task with its answers in another order.</summary>
    public static ComparisonRequested Reordered(ComparisonRequested task, int[] order) =>
        task with
        {
            Answers = Permute(task.Answers, order),
            Gold = task.Gold is { } gold ? new GoldAnswer(Permute(gold.Ranks, order)) : null,
        };

    /// <summary>A vote on the task in that order.</summary>
    public static RankingGiven Reordered(RankingGiven vote, int[] order) =>
        vote with
        {
            Ranks = vote.Ranks is { } ranks ? Permute(ranks, order) : null,
            CriterionRanks = vote.CriterionRanks.ToDictionary(pair => pair.Key, pair => Permute(pair.Value, order), StringComparer.Ordinal),
            Answers = vote.Answers.Count == 0 ? [] : Permute(vote.Answers, order),
            Shown = vote.Shown is { } shown ? [.. shown.Select(answer => Array.IndexOf(order, answer))] : null,
        };

    /// <summary>The key of a task's event.</summary>
    public static string TaskKey(long project, string hash) => $"import {project} {hash}";

    /// <summary>The key of a vote's event.</summary>
    public static string VoteKey(long project, string hash, string rater) =>
        $"import {project} {hash} vote {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(rater)))}";

    private static IReadOnlyList<T> Permute<T>(IReadOnlyList<T> values, int[] order) => [.. order.Select(i => values[i])];

    private static void AddPrompt(HashedParts parts, Content prompt)
    {
        parts.Add(prompt.Messages?.Count ?? -1);
        parts.Add(prompt.Text);
        foreach (var message in prompt.Messages ?? [])
        {
            parts.Add(message.Role.Value);
            parts.Add(message.Text);
        }
    }

    /// <summary>Hashes parts with their lengths, so that no two lists of parts are hashed alike.</summary>
    private sealed class HashedParts : IDisposable
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

        public void Add(long number)
        {
            Span<byte> bytes = stackalloc byte[sizeof(long)];
            BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
            hash.AppendData(bytes);
        }

        public void Add(string? text)
        {
            var bytes = text is null ? [] : Encoding.UTF8.GetBytes(text);
            Add(text is null ? -1 : bytes.Length);
            hash.AppendData(bytes);
        }

        public byte[] Finish() => hash.GetHashAndReset();

        public void Dispose() => hash.Dispose();
    }
}
