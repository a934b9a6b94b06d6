namespace Plumbline.Models.Adapters;

/// <summary>The names that PEFT gives tensors in <c>adapter_model.safetensors</c>.</summary>
internal static class PeftNames
{
    private const string Prefix = "base_model.model.";

    /// <summary>The tensor of an adapted module.</summary>
    /// <param name="module">The module's name in the base.</param>
    /// <param name="kind"><c>lora_A</c>, <c>lora_B</c> or <c>lora_magnitude_vector</c>, which alone has no <c>.weight</c> behind it.</param>
    internal static string Of(string module, string kind) =>
        $"{Prefix}{module}.{kind}{(kind == "lora_magnitude_vector" ? string.Empty : ".weight")}";

    /// <summary>A tensor of a module that was trained whole (<c>modules_to_save</c>).</summary>
    internal static string Whole(string tensor) => Prefix + tensor;
}
