using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Plumbline.Moderation.Languages;

/// <summary>
/// The file of a language model: eight letters, the number of bytes that follow unpacked, and these bytes packed by Brotli. Little-endian; a text is a byte for its length and ASCII.
/// </summary>
/// <remarks>
/// Unpacked: the number of scripts (byte), and for each its code, the number of languages (byte), their tags, whether there is a class for unknown (byte), bits (byte), scale,
/// sharpness, sharpness by length and bound (float32), a bias for each class (float32) and the weights (int8), bucket by bucket of the first class, then of the second, and so on.
/// </remarks>
internal static class LanguageModelFile
{
    /// <summary>The most bits that a script's buckets are numbered with.</summary>
    public const int MostBits = 18;

    private const int MostUnpacked = 1 << 26;
    private const int LongestText = 35;
    private static readonly byte[] Magic = "PLLANG01"u8.ToArray();

    /// <summary>Writes a model.</summary>
    public static byte[] Write(IReadOnlyList<ScriptParameters> scripts)
    {
        using var unpacked = new MemoryStream();
        using (var writer = new BinaryWriter(unpacked, Encoding.ASCII, leaveOpen: true))
        {
            writer.Write((byte)scripts.Count);
            foreach (var script in scripts)
            {
                Write(writer, script);
            }
        }

        using var file = new MemoryStream();
        file.Write(Magic);
        file.Write(BitConverter.GetBytes((int)unpacked.Length));
        using (var packed = new BrotliStream(file, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            packed.Write(unpacked.GetBuffer(), 0, (int)unpacked.Length);
        }

        return file.ToArray();
    }

    /// <summary>Reads a model.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="InvalidInputException">It is no such file, it is damaged, or it asks for more than 64 MiB.</exception>
    public static IReadOnlyList<ScriptParameters> Read(ReadOnlySpan<byte> file, string name)
    {
        var head = Magic.Length + sizeof(int);
        if (file.Length < head || !file[..Magic.Length].SequenceEqual(Magic))
        {
            throw Refused(name, "this is no language model", "Train one, or name one that was.");
        }

        var size = BinaryPrimitives.ReadInt32LittleEndian(file[Magic.Length..]);
        if (size is < 1 or > MostUnpacked)
        {
            throw Refused(name, $"its content would be {size} bytes, and at most {MostUnpacked} are read");
        }

        var unpacked = new byte[size];
        if (!BrotliDecoder.TryDecompress(file[head..], unpacked, out var written) || written != size)
        {
            throw Refused(name, "its content does not unpack to the stated length");
        }

        var reader = new Cursor(unpacked, name);
        var scripts = new ScriptParameters[reader.Byte("number of scripts", (int)Script.Zzzz)];
        for (var i = 0; i < scripts.Length; i++)
        {
            scripts[i] = Read(ref reader, name);
        }

        if (scripts.DistinctBy(script => script.Script).Count() != scripts.Length)
        {
            throw Refused(name, "a script is there twice");
        }

        reader.End();
        return scripts;
    }

    private static void Write(BinaryWriter writer, ScriptParameters script)
    {
        Write(writer, Scripts.Code(script.Script));
        writer.Write((byte)script.Languages.Count);
        foreach (var language in script.Languages)
        {
            Write(writer, language);
        }

        writer.Write((byte)(script.HasUnknown ? 1 : 0));
        writer.Write((byte)script.Bits);
        foreach (var value in (float[])[script.Scale, script.Sharpness, script.SharpnessByLength, script.Bound, .. script.Biases])
        {
            writer.Write(value);
        }

        writer.Write(MemoryMarshal.AsBytes(script.Weights.AsSpan()));
    }

    private static void Write(BinaryWriter writer, string text)
    {
        writer.Write((byte)text.Length);
        writer.Write(Encoding.ASCII.GetBytes(text));
    }

    private static ScriptParameters Read(ref Cursor reader, string name)
    {
        var code = reader.Text("script", 4);
        var script = Scripts.Find(code) ?? throw Refused(name, $"script '{code}' is not known");
        var languages = new string[reader.Byte("number of languages", byte.MaxValue)];
        for (var i = 0; i < languages.Length; i++)
        {
            languages[i] = reader.Text("tag", LongestText);
        }

        var hasUnknown = reader.Byte("whether there is a class for unknown", 1) == 1;
        var bits = reader.Byte("bits", MostBits);
        if (languages.Length == 0 || (bits == 0 && (languages.Length > 1 || hasUnknown)))
        {
            throw Refused(name, $"{code} has {languages.Length} languages and {bits} bits to tell them apart");
        }

        var classes = languages.Length + (hasUnknown ? 1 : 0);
        return new ScriptParameters
        {
            Script = script,
            Languages = languages,
            HasUnknown = hasUnknown,
            Bits = bits,
            Scale = reader.Number("scale", 0, 1e3f),
            Sharpness = reader.Number("sharpness", -20, 20),
            SharpnessByLength = reader.Number("sharpness by length", -2, 2),
            Bound = reader.Number("bound", 0, 1),
            Biases = bits == 0 ? [] : reader.Numbers("bias", classes),
            Weights = bits == 0 ? [] : reader.Weights((long)classes << bits),
        };
    }

    private static InvalidInputException Refused(string name, string problem, string mend = "Get the file again.") =>
        new($"Language model: {problem}.", mend, new InputPosition(name));

    /// <summary>Reads on, and refuses what does not lie within.</summary>
    private ref struct Cursor(ReadOnlySpan<byte> rest, string name)
    {
        private ReadOnlySpan<byte> rest = rest;

        public int Byte(string what, int most)
        {
            int value = Take(1)[0];
            return value <= most ? value : throw Refused(name, $"{what} is {value}, and at most {most} can be");
        }

        public string Text(string what, int longest)
        {
            var bytes = Take(Byte(what, longest));
            foreach (var value in bytes)
            {
                if (!char.IsAsciiLetterOrDigit((char)value) && value != '-')
                {
                    throw Refused(name, $"{what} has a character of code {value}");
                }
            }

            return bytes.IsEmpty ? throw Refused(name, $"{what} is empty") : Encoding.ASCII.GetString(bytes);
        }

        public float Number(string what, float least, float most)
        {
            var value = BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)));
            return value >= least && value <= most ? value : throw Refused(name, $"{what} is {value}, not between {least} and {most}");
        }

        public float[] Numbers(string what, int count)
        {
            var values = new float[count];
            foreach (ref var value in values.AsSpan())
            {
                value = Number(what, -1e3f, 1e3f);
            }

            return values;
        }

        public sbyte[] Weights(long count)
        {
            var weights = MemoryMarshal.Cast<byte, sbyte>(Take(count)).ToArray();
            return weights.AsSpan().Contains(sbyte.MinValue) ? throw Refused(name, "a weight is -128") : weights;
        }

        public readonly void End()
        {
            if (!rest.IsEmpty)
            {
                throw Refused(name, $"{rest.Length} bytes are left at its end");
            }
        }

        private ReadOnlySpan<byte> Take(long count)
        {
            if (count > rest.Length)
            {
                throw Refused(name, "it ends too early");
            }

            var taken = rest[..(int)count];
            rest = rest[(int)count..];
            return taken;
        }
    }
}
