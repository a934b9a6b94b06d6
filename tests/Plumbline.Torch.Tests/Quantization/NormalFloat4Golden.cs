using System.Globalization;
using System.Text.Json;

namespace Plumbline.Torch.Tests.Quantization;

/// <summary><c>Golden/normal_float_4.json</c>, made by the script beside it.</summary>
internal static class NormalFloat4Golden
{
    private static readonly JsonElement Json = Read();

    internal static float[] Code => Numbers("code");

    internal static float[] Tree => Numbers("tree");

    internal static int Rows => Json.GetProperty("rows").GetInt32();

    internal static int Columns => Json.GetProperty("columns").GetInt32();

    internal static float[] Weights => Numbers("weights");

    internal static byte[] Indices =>
        [
            .. Json.GetProperty("indices")
                .GetString()!
                .Select(digit => byte.Parse(digit.ToString(), NumberStyles.HexNumber, CultureInfo.InvariantCulture)),
        ];

    internal static byte[] ScaleBytes => [.. Numbers("scale_bytes").Select(value => (byte)value)];

    internal static float[] Restored => Numbers("restored");

    internal static double RootMeanSquareError => Json.GetProperty("root_mean_square_error_of_normal_weights").GetDouble();

    private static float[] Numbers(string name) => [.. Json.GetProperty(name).EnumerateArray().Select(value => value.GetSingle())];

    private static JsonElement Read()
    {
        using var stream = typeof(NormalFloat4Golden).Assembly.GetManifestResourceStream("Quantization/normal_float_4.json")!;
        using var document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
