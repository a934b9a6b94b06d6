using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Plumbline.Randomness;

namespace Plumbline.Feedback.Selection;

/// <summary>
/// The tasks that are kept out of selection, so that what is measured on them is measured on tasks as they come. A keyed hash of a task's id alone decides, so nothing about its answers, the
/// reward or the time can.
/// </summary>
/// <remarks>HMAC-SHA-256 of the id in UTF-8 under the seed's eight bytes; a task belongs where the first 64 bits lie below share · 2⁶⁴.</remarks>
public sealed class RandomSlice
{
    private readonly byte[] key = new byte[sizeof(ulong)];
    private readonly double share;

    /// <summary>A slice.</summary>
    /// <param name="key">Its key. Another key gives another slice; labels of an old one may have been learnt from.</param>
    /// <param name="share">The share of tasks that belong to it, in [0, 1).</param>
    public RandomSlice(Seed key, double share)
    {
        if (share is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share lies in [0, 1).");
        }

        BinaryPrimitives.WriteUInt64LittleEndian(this.key, key.Derive("random slice").Value);
        this.share = share;
    }

    /// <summary>Whether a task belongs to it.</summary>
    /// <param name="id">The task's id, or that of a group of tasks (a prompt) that shall be on one side.</param>
    public bool Contains(string id)
    {
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(id), hash);
        // 53 bits, which a double holds exactly.
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * (1.0 / (1UL << 53)) < share;
    }
}
