using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Tokenization.SentencePiece;

/// <summary>
/// Reads the fields of one Protocol Buffers message: enough of the wire format for the models that are read here, every length checked against what is there.
/// </summary>
/// <param name="bytes">The message.</param>
/// <param name="file">The file, for messages.</param>
/// <param name="origin">Where the message starts in the file, for messages.</param>
/// <param name="kind">What the file should be, for messages.</param>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, string file, int origin = 0, string kind = "a SentencePiece model")
{
    private const int VariableLength = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;
    private int wire;

    /// <summary>The number of the field that is read next.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end of the message.</summary>
    public bool MoveNext()
    {
        if (at == bytes.Length)
        {
            return false;
        }

        var key = ReadVariable();
        (Field, wire) = ((int)Math.Min(key >> 3, int.MaxValue), (int)(key & 7));
        return Field > 0 ? true : throw Invalid($"a field has the number {Field}");
    }

    /// <summary>Passes over the field.</summary>
    public void Skip()
    {
        switch (wire)
        {
            case VariableLength:
                ReadVariable();
                break;
            case Fixed64:
                Take(8);
                break;
            case LengthDelimited:
                ReadBytes();
                break;
            case Fixed32:
                Take(4);
                break;
            default:
                throw Invalid($"field {Field} is of the unknown wire type {wire}");
        }
    }

    /// <summary>The field as a whole number; negative ones take the full ten bytes.</summary>
    public int ReadInteger()
    {
        Expect(VariableLength);
        var value = (long)ReadVariable();
        return value is >= int.MinValue and <= int.MaxValue ? (int)value : throw Invalid($"field {Field} is {value}");
    }

    /// <summary>The field as a truth value.</summary>
    public bool ReadFlag() => ReadInteger() != 0;

    /// <summary>The field as a finite number.</summary>
    public float ReadSingle()
    {
        Expect(Fixed32);
        var value = BinaryPrimitives.ReadSingleLittleEndian(Take(4));
        return float.IsFinite(value) ? value : throw Invalid($"field {Field} is {value}");
    }

    /// <summary>The field's bytes.</summary>
    public ReadOnlySpan<byte> ReadBytes()
    {
        Expect(LengthDelimited);
        var length = ReadVariable();
        return length <= (ulong)(bytes.Length - at)
            ? Take((int)length)
            : throw Invalid($"field {Field} announces {length} bytes where {bytes.Length - at} are left");
    }

    /// <summary>The field as text.</summary>
    public string ReadText()
    {
        var text = ReadBytes();
        try
        {
            return StrictUtf8.GetString(text);
        }
        catch (DecoderFallbackException)
        {
            throw Invalid($"field {Field} is not UTF-8");
        }
    }

    /// <summary>The field as a message.</summary>
    public ProtobufReader ReadMessage()
    {
        var message = ReadBytes();
        return new ProtobufReader(message, file, origin + at - message.Length, kind);
    }

    private void Expect(int expected)
    {
        if (wire != expected)
        {
            throw Invalid($"field {Field} is of wire type {wire}, not {expected}");
        }
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > bytes.Length - at)
        {
            throw Invalid($"field {Field} needs {count} bytes where {bytes.Length - at} are left");
        }

        at += count;
        return bytes.Slice(at - count, count);
    }

    private ulong ReadVariable()
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Invalid("a number has more than ten bytes");
    }

    private readonly InvalidInputException Invalid(string problem) =>
        new($"Not {kind}: at byte {origin + at} {problem}.", "Download or export the file again.", new InputPosition(file));
}
