using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Storage;

/// <summary>
/// What a store draws. Everything follows from the store's secret and the names of what is drawn for, so a log that is replayed draws the same, and nobody without the store can foretell it.
/// </summary>
internal static class Draws
{
    /// <summary>A number in [0, 1) for a request: requests below a project's random share belong to it.</summary>
    /// <param name="salt">The store's secret.</param>
    /// <param name="clientKey">The key of the request's event.</param>
    public static double OfRequest(byte[] salt, string clientKey) => SeedOf(salt, "slice", clientKey).Source().NextDouble();

    /// <summary>A number in [0, 1) for a deal: which kind of task somebody gets.</summary>
    /// <param name="salt">The store's secret.</param>
    /// <param name="rater">Who.</param>
    /// <param name="sequence">The number that the deal's event will get.</param>
    public static double OfDeal(byte[] salt, string rater, long sequence) => SeedOf(salt, $"deal {sequence}", rater).Source().NextDouble();

    /// <summary>The order in which somebody sees answers; the same whenever they take the task.</summary>
    /// <param name="salt">The store's secret.</param>
    /// <param name="rater">Who.</param>
    /// <param name="request">The request's id.</param>
    /// <param name="answers">How many answers there are.</param>
    public static int[] OrderOf(byte[] salt, string rater, long request, int answers)
    {
        int[] order = [.. Enumerable.Range(0, answers)];
        SeedOf(salt, $"order {request}", rater).Source().Shuffle(order.AsSpan());
        return order;
    }

    private static Seed SeedOf(byte[] salt, string purpose, string name) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(HMACSHA256.HashData(salt, Encoding.UTF8.GetBytes($"{purpose} of {name}"))));
}
