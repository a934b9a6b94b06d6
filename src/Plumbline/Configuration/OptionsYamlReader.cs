using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Plumbline.Configuration;

/// <summary>
/// Reads YAML into a tree with positions. Strict: one document, no aliases (so nothing can expand), no tags, no repeated key, bounded size and depth.
/// </summary>
internal static class OptionsYamlReader
{
    internal const int MaximumBytes = 1 << 20;
    internal const int MaximumDepth = 32;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the file at <paramref name="path"/>; an empty file is an empty mapping.</summary>
    public static OptionNode ReadFile(string path) => Read(ReadBytes(path), path);

    /// <summary>The bytes of a file, at most one more than may be read.</summary>
    internal static byte[] ReadBytes(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var bytes = new byte[MaximumBytes + 1];
            return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new InvalidInputException(
                $"The file cannot be read: {failure.Message}",
                "Check the path and its permissions.",
                new(path),
                failure
            );
        }
    }

    /// <summary>Reads UTF-8 <paramref name="bytes"/>; <paramref name="name"/> stands in error messages.</summary>
    public static OptionNode Read(byte[] bytes, string name)
    {
        if (bytes.Length > MaximumBytes)
        {
            throw new InvalidInputException("The file is larger than 1 MiB.", "Check that this is the right file.", new(name));
        }

        string text;
        try
        {
            text = StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException failure)
        {
            var line = 1 + bytes.AsSpan(0, Math.Clamp(failure.Index, 0, bytes.Length)).Count((byte)'\n');
            throw new InvalidInputException("The file is not UTF-8 text.", "Save it as UTF-8.", new(name, line), failure);
        }

        text = text.TrimStart('\uFEFF');
        RefuseControlCharacters(text, name);
        return ReadText(text, mark => new InputPosition(name, mark.Line, mark.Column));
    }

    /// <summary>Reads one YAML value from <paramref name="text"/>, with positions as <paramref name="locate"/> makes them.</summary>
    public static OptionNode ReadText(string text, Func<Mark, InputPosition> locate)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.TryConsume<StreamEnd>(out var end))
            {
                return new OptionScalar(string.Empty, isQuoted: false, locate(end.Start));
            }

            parser.Consume<DocumentStart>();
            var node = ReadNode(parser, depth: 1, locate);
            parser.Consume<DocumentEnd>();
            if (!parser.TryConsume<StreamEnd>(out _))
            {
                throw Refusal("A second YAML document starts here.", "Keep one document to a file.", parser.Current!.Start, locate);
            }

            return node;
        }
        catch (YamlException failure)
        {
            throw new InvalidInputException(
                $"This is not valid YAML: {Reason(failure)}",
                "Check indentation, colons, brackets and quotes around this place.",
                locate(failure.Start),
                failure
            );
        }
        catch (Exception failure) when (IsParserFailure(failure))
        {
            throw new InvalidInputException(
                "This is not valid YAML.",
                "Check indentation, colons, brackets and quotes after this place.",
                parser.Current is { } last ? locate(last.End) : null,
                failure
            );
        }
    }

    /// <summary>YAML has no control characters, and the parser would take a zero byte for the end of the file and ignore the rest.</summary>
    private static void RefuseControlCharacters(string text, string name)
    {
        var line = 1;
        foreach (var character in text)
        {
            line += character == '\n' ? 1 : 0;
            if (char.IsControl(character) && character is not ('\n' or '\r' or '\t' or '\u0085'))
            {
                throw new InvalidInputException(
                    $"The file contains the control character U+{(int)character:X4}.",
                    "Remove it, or write it as an escape in double quotes.",
                    new(name, line)
                );
            }
        }
    }

    private static OptionNode ReadNode(IParser parser, int depth, Func<Mark, InputPosition> locate)
    {
        var start = parser.Current!.Start;
        if (depth > MaximumDepth)
        {
            throw Refusal($"The file is nested deeper than {MaximumDepth} levels.", "Flatten them.", start, locate);
        }

        if (parser.Accept<AnchorAlias>(out _) || (parser.Current is NodeEvent { Anchor.IsEmpty: false }))
        {
            throw Refusal("YAML anchors and aliases (& and *) are not supported.", "Write the value out.", start, locate);
        }

        if (parser.Current is NodeEvent { Tag: { IsEmpty: false, IsNonSpecific: false } })
        {
            throw Refusal("YAML tags (!) are not supported.", "Remove the tag, or put the text in quotes.", start, locate);
        }

        if (parser.TryConsume<Scalar>(out var scalar))
        {
            return new OptionScalar(scalar.Value, scalar.Style != ScalarStyle.Plain, locate(start));
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            var sequence = new OptionSequence(locate(start));
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                sequence.Items.Add(ReadNode(parser, depth + 1, locate));
            }

            return sequence;
        }

        parser.Consume<MappingStart>();
        return ReadMapping(parser, depth, locate, start);
    }

    private static OptionMapping ReadMapping(IParser parser, int depth, Func<Mark, InputPosition> locate, Mark start)
    {
        var mapping = new OptionMapping(locate(start));
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            var keyStart = parser.Current!.Start;
            if (ReadNode(parser, depth + 1, locate) is not OptionScalar key)
            {
                throw Refusal("A key must be a single word.", "Use option_name: value.", keyStart, locate);
            }

            var value = ReadNode(parser, depth + 1, locate);
            if (!mapping.Entries.TryAdd(key.Text, new OptionEntry(locate(keyStart), value)))
            {
                var first = mapping.Entries[key.Text].KeyPosition;
                throw Refusal(
                    $"The key {OptionText.Quote(key.Text)} stands here for the second time (first: line {first?.Line}).",
                    "Remove one of the two.",
                    keyStart,
                    locate
                );
            }
        }

        return mapping;
    }

    private static InvalidInputException Refusal(string problem, string mend, Mark mark, Func<Mark, InputPosition> locate) =>
        new(problem, mend, locate(mark));

    /// <summary>The ways besides its own exception in which the parser gives up on malformed text; fuzzing found the first.</summary>
    private static bool IsParserFailure(Exception failure) =>
        failure is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException or OverflowException;

    /// <summary>The parser's sentence without its own copy of the position.</summary>
    private static string Reason(YamlException failure)
    {
        var message = failure.Message;
        var prefix = message.IndexOf("): ", StringComparison.Ordinal);
        return message.StartsWith('(') && prefix > 0 ? message[(prefix + 3)..] : message;
    }
}
