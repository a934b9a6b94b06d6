using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Plumbline.Models.Probes;

/// <summary>
/// A linear probe: for each label a logistic regression on the pooled hidden states behind one block of one model. log-odds = bias + Σ weightⱼ · (stateⱼ − meanⱼ) / scaleⱼ. Immutable.
/// </summary>
public sealed class HiddenStateProbe
{
    /// <summary>The most labels of a probe.</summary>
    public const int MostLabels = 64;

    private readonly double[][] weights;
    private readonly double[] bias;
    private readonly double[] mean;
    private readonly double[] scale;

    internal HiddenStateProbe(ProbeDescription description, double[][] weights, double[] bias, double[] mean, double[] scale)
    {
        (Description, this.weights, this.bias, this.mean, this.scale) = (description, weights, bias, mean, scale);
        Hash = HashOf();
    }

    /// <summary>What its file says of it beside the numbers.</summary>
    public ProbeDescription Description { get; }

    /// <summary>The numbers of a hidden state.</summary>
    public int HiddenSize => mean.Length;

    /// <summary>SHA-256 over description and numbers, as 64 lower-case hexadecimal digits.</summary>
    public string Hash { get; }

    internal IReadOnlyList<double[]> Weights => weights;

    internal double[] Bias => bias;

    internal double[] Mean => mean;

    internal double[] Scale => scale;

    /// <summary>Reads a probe that <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidInputException">The file is missing, damaged, or no probe.</exception>
    public static HiddenStateProbe Load(string path) => HiddenStateProbeFile.Read(path);

    /// <summary>Writes it as a safetensors file, which appears whole or not at all.</summary>
    public void Save(string path) => HiddenStateProbeFile.Write(path, this);

    /// <summary>The log-odds of a label before calibration.</summary>
    /// <param name="label">Its place among the labels.</param>
    /// <param name="state">[hidden size].</param>
    internal double LogOdds(int label, ReadOnlySpan<float> state)
    {
        var sum = bias[label];
        var own = weights[label];
        for (var i = 0; i < own.Length; i++)
        {
            sum += own[i] * ((state[i] - mean[i]) / scale[i]);
        }

        return sum;
    }

    /// <summary>The calibrated probability of a label.</summary>
    internal double Probability(int label, double logOdds)
    {
        var of = Description.Labels[label];
        return 1 / (1 + Math.Exp(-((of.Slope * logOdds) + of.Offset)));
    }

    private string HashOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(Description.ToJson()));
        foreach (var numbers in (double[][])[.. weights, bias, mean, scale])
        {
            hash.AppendData(MemoryMarshal.AsBytes(numbers.AsSpan()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
