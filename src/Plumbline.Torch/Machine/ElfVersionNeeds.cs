using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Torch.Machine;

/// <summary>A version of another library that an ELF file asks for.</summary>
/// <param name="Version">The version's name, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="IsWeak">Whether the loader may go on without it.</param>
internal sealed record ElfVersionNeed(string Version, bool IsWeak);

/// <summary>Reads the section <c>.gnu.version_r</c> of a 64-bit little-endian ELF file (Linux Standard Base, "Symbol Versioning").</summary>
internal static class ElfVersionNeeds
{
    private const uint VerneedSection = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;
    private const int SectionHeaderSize = 64;

    // A library needs a few dozen versions; more means that the chain of entries runs in a circle.
    private const int MostNeeds = 4096;

    /// <summary>All versions asked for; none where the file is no such ELF file or is damaged.</summary>
    internal static IReadOnlyList<ElfVersionNeed> Read(ReadOnlySpan<byte> elf)
    {
        var needs = new List<ElfVersionNeed>();
        if (elf.Length < SectionHeaderSize || !elf.StartsWith("\u007fELF\u0002\u0001"u8))
        {
            return needs;
        }

        try
        {
            var sections = Offset(elf, 0x28);
            var count = U16(elf, 0x3C);
            for (var i = 0; i < count; i++)
            {
                var header = elf[(sections + (i * SectionHeaderSize))..];
                if (U32(header, 4) == VerneedSection)
                {
                    var strings = Offset(elf, sections + ((int)U32(header, 40) * SectionHeaderSize) + 24);
                    ReadSection(elf[Offset(header, 24)..], elf[strings..], needs);
                }
            }

            return needs;
        }
        catch (ArgumentOutOfRangeException)
        {
            // An offset that points outside: slicing checks every one.
            return [];
        }
    }

    private static void ReadSection(ReadOnlySpan<byte> need, ReadOnlySpan<byte> strings, List<ElfVersionNeed> needs)
    {
        for (var libraries = 0; libraries < MostNeeds; libraries++)
        {
            var entry = need[(int)U32(need, 8)..];
            for (var left = U16(need, 2); left > 0 && needs.Count < MostNeeds; left--)
            {
                var name = strings[(int)U32(entry, 8)..];
                name = name[..Math.Max(name.IndexOf((byte)0), 0)];
                needs.Add(new ElfVersionNeed(Encoding.ASCII.GetString(name), (U16(entry, 4) & WeakFlag) != 0));
                entry = entry[(int)U32(entry, 12)..];
            }

            var next = (int)U32(need, 12);
            if (next == 0)
            {
                return;
            }

            need = need[next..];
        }
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    // Beyond 2 GB an offset becomes negative, which slicing refuses.
    private static int Offset(ReadOnlySpan<byte> bytes, int at) =>
        BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]) is var offset && offset <= int.MaxValue ? (int)offset : -1;
}
