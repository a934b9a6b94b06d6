using Plumbline.Data;

namespace Plumbline.TinyWorld;

/// <summary>Gives examples the id of their content.</summary>
internal static class ExampleExtensions
{
    public static T WithId<T>(this T example)
        where T : Example => (T)(example with { Id = ExampleId.Of(example) });
}
