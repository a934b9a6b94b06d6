using System.Security.Cryptography;
using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Judging;

/// <summary>
/// Draws clauses for a row by rendezvous hashing: every clause gets a number from seed, row and its id, and the highest are drawn. So a clause that is added or removed changes the draw
/// only of the rows for which it is drawn itself, and a change of a constitution touches few rows.
/// </summary>
public static class ClauseSelection
{
    /// <summary>The drawn ids, the first drawn first.</summary>
    /// <param name="seed">The seed.</param>
    /// <param name="row">The row's id.</param>
    /// <param name="clauses">The ids to draw from.</param>
    /// <param name="count">How many; 0 for all.</param>
    public static IReadOnlyList<string> Of(Seed seed, string row, IEnumerable<string> clauses, int count)
    {
        var ordered = clauses
            .Select(id => (Id: id, Number: Number(seed, row, id)))
            .OrderByDescending(clause => clause.Number)
            .ThenBy(clause => clause.Id, StringComparer.Ordinal)
            .Select(clause => clause.Id);
        return [.. count == 0 ? ordered : ordered.Take(count)];
    }

    private static ulong Number(Seed seed, string row, string clause)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{seed.Value}\0{row}\0{clause}"), hash);
        return BitConverter.ToUInt64(hash);
    }
}
