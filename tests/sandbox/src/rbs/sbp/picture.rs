//! A QR code as `renderedQr` shows it: a PNG in base64, or rows of 0 and 1.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::base64;

/// Modules that stay white on each side.
const MARGIN: usize = 4;

/// Black and white points.
pub struct Picture {
    width: usize,
    rows: Vec<Vec<bool>>,
}

/// Draws a text at the asked size, or at the least size that it needs. None for a text that no
/// code can hold.
pub fn draw(text: &str, width: usize, height: usize) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let side = usize::try_from(code.size()).ok()?;
    let least = side + 2 * MARGIN;
    let (width, height) = (width.max(least), height.max(least));
    let scale = (width.min(height) / least).max(1);
    let (left, top) = ((width - side * scale) / 2, (height - side * scale) / 2);
    let module = |point: usize, start: usize| match point.checked_sub(start) {
        Some(inside) => i32::try_from(inside / scale).unwrap_or(-1),
        None => -1,
    };
    let rows = (0..height)
        .map(|y| (0..width).map(|x| code.get_module(module(x, left), module(y, top))).collect())
        .collect();
    Some(Picture { width, rows })
}

impl Picture {
    /// A row a line, 1 is black.
    pub fn matrix(&self) -> String {
        let line = |row: &Vec<bool>| -> String {
            row.iter().map(|black| if *black { '1' } else { '0' }).collect()
        };
        self.rows.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// A PNG of one bit a point, in base64.
    pub fn png(&self) -> String {
        let mut points = Vec::new();
        for row in &self.rows {
            // Each line starts with its filter: none.
            points.push(0);
            for eight in row.chunks(8) {
                let bits = (0..8).map(|place| eight.get(place).copied().unwrap_or_default());
                points.push(bits.fold(0u8, |byte, black| byte << 1 | u8::from(!black)));
            }
        }
        let mut head = [big_endian(self.width), big_endian(self.rows.len())].concat();
        // Bits a point, grey, and the only compression, filter and order that there are.
        head.extend([1, 0, 0, 0, 0]);
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        chunk(&mut file, b"IHDR", &head);
        chunk(&mut file, b"IDAT", &stored(&points));
        chunk(&mut file, b"IEND", &[]);
        base64::encode(&file)
    }
}

fn big_endian(number: usize) -> [u8; 4] {
    u32::try_from(number).unwrap_or(u32::MAX).to_be_bytes()
}

fn chunk(file: &mut Vec<u8>, kind: &[u8; 4], data: &[u8]) {
    file.extend(big_endian(data.len()));
    file.extend(kind);
    file.extend(data);
    file.extend(crc([&kind[..], data].concat()).to_be_bytes());
}

/// A zlib stream that compresses nothing: a picture this small needs no library.
fn stored(data: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut pieces = data.chunks(0xffff).peekable();
    while let Some(piece) = pieces.next() {
        let length = u16::try_from(piece.len()).unwrap_or(u16::MAX);
        stream.push(u8::from(pieces.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(piece);
    }
    stream.extend(adler(data).to_be_bytes());
    stream
}

fn crc(data: Vec<u8>) -> u32 {
    !data.into_iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

fn adler(data: &[u8]) -> u32 {
    let (low, high) = data.iter().fold((1, 0), |(low, high), byte| {
        let low = (low + u32::from(*byte)) % 65_521;
        (low, (high + low) % 65_521)
    });
    high << 16 | low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_are_the_published_ones() {
        assert_eq!(crc(b"IEND".to_vec()), 0xae42_6082);
        assert_eq!(crc(b"123456789".to_vec()), 0xcbf4_3926);
        assert_eq!(adler(b"Wikipedia"), 0x11e6_0398);
    }

    #[test]
    fn a_code_fills_its_size_and_keeps_its_margin() {
        let picture = draw("https://qr.nspk.ru/AD1", 100, 200).unwrap();
        assert_eq!((picture.width, picture.rows.len()), (100, 200));
        let lines: Vec<String> = picture.matrix().lines().map(str::to_owned).collect();
        assert!(lines.iter().all(|line| line.len() == 100));
        assert!(!lines[0].contains('1'));
        let first = lines.iter().find(|line| line.contains('1')).unwrap();
        // 25 modules of 3 points: a finder's edge is seven black modules.
        assert_eq!(first.find('1'), Some(12));
        assert!(first[12..].starts_with(&"1".repeat(21)), "{first}");
        // Less than it needs is not possible.
        assert_eq!(draw("https://qr.nspk.ru/AD1", 10, 10).unwrap().width, 33);
    }

    #[test]
    fn the_png_says_its_size_and_ends_well() {
        let file = base64::decode(&draw("x", 90, 60).unwrap().png()).unwrap();
        assert!(file.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x5a\0\0\0\x3c"));
        assert!(file.ends_with(b"IEND\xae\x42\x60\x82"));
    }
}
