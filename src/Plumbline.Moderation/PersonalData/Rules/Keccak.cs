using System.Buffers.Binary;
using System.Numerics;

namespace Plumbline.Moderation.PersonalData.Rules;

/// <summary>Keccak-256 with the padding of the original submission (0x01), which Ethereum uses and SHA-3 (FIPS 202, 0x06) does not. Bertoni, Daemen, Peeters, Van Assche, The Keccak reference, 2011.</summary>
internal static class Keccak
{
    private const int Rate = 136;

    private static ReadOnlySpan<ulong> RoundConstants =>
        [
            0x0000000000000001,
            0x0000000000008082,
            0x800000000000808A,
            0x8000000080008000,
            0x000000000000808B,
            0x0000000080000001,
            0x8000000080008081,
            0x8000000000008009,
            0x000000000000008A,
            0x0000000000000088,
            0x0000000080008009,
            0x000000008000000A,
            0x000000008000808B,
            0x800000000000008B,
            0x8000000000008089,
            0x8000000000008003,
            0x8000000000008002,
            0x8000000000000080,
            0x000000000000800A,
            0x800000008000000A,
            0x8000000080008081,
            0x8000000000008080,
            0x0000000080000001,
            0x8000000080008008,
        ];

    private static ReadOnlySpan<byte> Rotations =>
        [1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44];

    private static ReadOnlySpan<byte> Lanes => [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

    /// <summary>The hash of a message that fits into one block.</summary>
    /// <param name="message">Fewer than 136 bytes.</param>
    /// <param name="hash">32 bytes; written.</param>
    internal static void Hash(ReadOnlySpan<byte> message, Span<byte> hash)
    {
        Span<byte> block = stackalloc byte[Rate];
        block.Clear();
        message.CopyTo(block);
        block[message.Length] = 0x01;
        block[Rate - 1] |= 0x80;
        Span<ulong> state = stackalloc ulong[25];
        state.Clear();
        for (var i = 0; i < Rate / 8; i++)
        {
            state[i] = BinaryPrimitives.ReadUInt64LittleEndian(block[(8 * i)..]);
        }

        Permute(state);
        for (var i = 0; i < 4; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(hash[(8 * i)..], state[i]);
        }
    }

    private static void Permute(Span<ulong> state)
    {
        Span<ulong> columns = stackalloc ulong[5];
        foreach (var constant in RoundConstants)
        {
            for (var x = 0; x < 5; x++)
            {
                columns[x] = state[x] ^ state[x + 5] ^ state[x + 10] ^ state[x + 15] ^ state[x + 20];
            }

            for (var x = 0; x < 5; x++)
            {
                var mixed = columns[(x + 4) % 5] ^ BitOperations.RotateLeft(columns[(x + 1) % 5], 1);
                for (var y = 0; y < 25; y += 5)
                {
                    state[y + x] ^= mixed;
                }
            }

            var carried = state[1];
            for (var i = 0; i < 24; i++)
            {
                var lane = Lanes[i];
                (state[lane], carried) = (BitOperations.RotateLeft(carried, Rotations[i]), state[lane]);
            }

            for (var y = 0; y < 25; y += 5)
            {
                state.Slice(y, 5).CopyTo(columns);
                for (var x = 0; x < 5; x++)
                {
                    state[y + x] = columns[x] ^ (~columns[(x + 1) % 5] & columns[(x + 2) % 5]);
                }
            }

            state[0] ^= constant;
        }
    }
}
