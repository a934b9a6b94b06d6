using System.Buffers.Binary;
using System.Text;

namespace Plumbline.Torch.Tests.Safetensors;

/// <summary>Safetensors files put together by hand, byte by byte, without the writer.</summary>
internal static class GoldenFile
{
    /// <summary>Length, header, data.</summary>
    internal static byte[] Bytes(string header, params byte[] data)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + data.Length];
        BinaryPrimitives.WriteInt64LittleEndian(file, json.Length);
        json.CopyTo(file, 8);
        data.CopyTo(file, 8 + json.Length);
        return file;
    }

    /// <summary>Two float32 values 1 and -2 as "w" [2], and three bytes 7, 8, 9 as "ids" [3, 1].</summary>
    internal static byte[] Small { get; } =
        Bytes(
            """{"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"ids":{"dtype":"U8","shape":[3,1],"data_offsets":[8,11]}}   """,
            [0x00, 0x00, 0x80, 0x3F, 0x00, 0x00, 0x00, 0xC0, 7, 8, 9]
        );
}
